"""The server. Standard output carries messages of the protocol and nothing else."""

from __future__ import annotations

import logging
import sys
from importlib.metadata import version

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from .guard import guarded
from .handlers import Handlers


def make() -> LanguageServer:
    """The server, ready to be started."""
    server = LanguageServer("nmt", version("ntypes"), text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental)
    handlers = Handlers(server)
    for method, handler, options in (
        (lsp.INITIALIZE, handlers.initialize, None),
        (lsp.TEXT_DOCUMENT_DID_OPEN, handlers.did_open, None),
        (lsp.TEXT_DOCUMENT_DID_CHANGE, handlers.did_change, None),
        (lsp.TEXT_DOCUMENT_DID_CLOSE, handlers.did_close, None),
        (lsp.TEXT_DOCUMENT_DID_SAVE, handlers.did_save, None),
        (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, handlers.did_change_watched_files, None),
        (lsp.TEXT_DOCUMENT_HOVER, handlers.hover, None),
        (lsp.TEXT_DOCUMENT_DEFINITION, handlers.definition, None),
        (lsp.TEXT_DOCUMENT_REFERENCES, handlers.references, None),
        (lsp.TEXT_DOCUMENT_PREPARE_RENAME, handlers.prepare_rename, None),
        (lsp.TEXT_DOCUMENT_RENAME, handlers.rename, lsp.RenameOptions(prepare_provider=True)),
        (
            lsp.TEXT_DOCUMENT_COMPLETION,
            handlers.completion,
            lsp.CompletionOptions(trigger_characters=["[", "{", ".", "("]),
        ),
        (lsp.TEXT_DOCUMENT_FORMATTING, handlers.formatting, None),
        (
            lsp.TEXT_DOCUMENT_CODE_ACTION,
            handlers.code_action,
            lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]),
        ),
        (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, handlers.document_symbol, None),
    ):
        server.feature(method, options)(guarded(handler))
    return server


def _is_fault(record: logging.LogRecord) -> bool:
    """Whether a record is of a fault: that a request is refused, the editor says."""
    return not (record.exc_info and isinstance(record.exc_info[1], JsonRpcException))


def start() -> None:
    """Serve on standard input and output until the editor says goodbye."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_fault)
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # a stray print must not fall among the messages
    make().start_io(sys.stdin.buffer, out)
