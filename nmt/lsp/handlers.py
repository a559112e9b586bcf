"""Requests of the protocol -> answers of the modules beside, in the protocol's words."""

from __future__ import annotations

import asyncio
from typing import Any

from attrs import Factory, define, field
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.source import Source, Span

from .completion import complete
from .fixes import fixes
from .guard import guarded
from .hover import hover
from .names import definitions, here, references, rename, renameable, symbol
from .outline import outline
from .session import Opened, Session, different

DELAY = 0.01  # seconds to wait for more typing before a check
SYMBOLS = {
    "package": lsp.SymbolKind.Package,
    "dim": lsp.SymbolKind.Constant,
    "vocab": lsp.SymbolKind.Enum,
    "type": lsp.SymbolKind.Class,
    "source": lsp.SymbolKind.Variable,
    "target": lsp.SymbolKind.Variable,
    "module": lsp.SymbolKind.Interface,
    "op": lsp.SymbolKind.Function,
    "law": lsp.SymbolKind.Boolean,
}
COMPLETIONS = {
    "keyword": lsp.CompletionItemKind.Keyword,
    "dim": lsp.CompletionItemKind.Constant,
    "type": lsp.CompletionItemKind.Class,
    "source": lsp.CompletionItemKind.Variable,
    "parameter": lsp.CompletionItemKind.Variable,
    "module": lsp.CompletionItemKind.Interface,
    "op": lsp.CompletionItemKind.Function,
    "primitive": lsp.CompletionItemKind.Function,
    "word": lsp.CompletionItemKind.EnumMember,
    "enforcer": lsp.CompletionItemKind.Value,
    "package": lsp.CompletionItemKind.Module,
}


@define(eq=False)
class Handlers:
    """Answers requests from what the session knows."""

    server: LanguageServer
    session: Session = field(default=Factory(Session))
    _published: dict[str, list[lsp.Diagnostic]] = field(default=Factory(dict))
    _waiting: asyncio.TimerHandle | None = None

    # -- files

    def initialize(self, _params: lsp.InitializeParams) -> None:
        """Agree on how columns are counted."""
        agreed = self.server.workspace.position_encoding or "utf-16"
        self.session.encoding = str(getattr(agreed, "value", agreed))

    def did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        """Check a file that was opened."""
        opened = params.text_document
        self.session.open(opened.uri, opened.text, opened.version)
        self.publish()

    def did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        """Take changes, and check soon: who types fast is not kept waiting by checks of what has passed."""
        uri = params.text_document.uri
        changes = [(_range(change), change.text) for change in params.content_changes]
        self.session.change(uri, changes, params.text_document.version)
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().call_later(DELAY, guarded(self.publish))

    def did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        """Forget a file."""
        self.session.opened.pop(params.text_document.uri, None)
        self.publish()

    def did_save(self, _params: lsp.DidSaveTextDocumentParams) -> None:
        """Files on disk may be others now."""
        self.publish()

    did_change_watched_files = did_save

    def publish(self) -> None:
        """Send the findings of every file for which they have changed."""
        found = self.session.findings()
        wanted = {uri: [self._diagnostic(finding) for finding in found[uri]] for uri in found}
        for uri in [uri for uri in self._published if uri not in wanted]:
            wanted[uri] = []
        for uri, diagnostics in wanted.items():
            known = self.session.opened.get(uri)
            if self._published.get(uri) != diagnostics or known:
                self.server.text_document_publish_diagnostics(
                    lsp.PublishDiagnosticsParams(uri, diagnostics, known.version if known else None)
                )
        self._published = {uri: sent for uri, sent in wanted.items() if sent or uri in self.session.opened}

    def _diagnostic(self, finding: Diagnostic) -> lsp.Diagnostic:
        message = ": ".join(filter(None, [finding.message, finding.label]))
        related = [
            lsp.DiagnosticRelatedInformation(
                lsp.Location(self.session.uri(note.span.source), self._at(note.span)), note.text
            )
            for note in finding.notes
            if note.span and note.span.source.path
        ]
        if finding.help:
            message += f"\nhelp: {finding.help}"
        if finding.place and not finding.span:
            message = f"{finding.place}: {message}"
        severity = lsp.DiagnosticSeverity.Warning if finding.severity == "warning" else lsp.DiagnosticSeverity.Error
        return lsp.Diagnostic(
            range=self._at(finding.span) if finding.span else lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)),
            message=message,
            severity=severity,
            code=finding.code,
            source="nmt",
            related_information=related or None,
        )

    def _at(self, span: Span) -> lsp.Range:
        lines = self.session.lines(span.source)
        return lsp.Range(lsp.Position(*lines.position(span.start)), lsp.Position(*lines.position(span.end)))

    def _asked(self, params: Any) -> tuple[Opened, int]:
        """The file and the place in it that a request is about; raises NotOpen."""
        known = self.session.file(params.text_document.uri)
        return known, known.lines.offset(params.position.line, params.position.character)

    # -- names

    def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        """What is known of a place."""
        known, offset = self._asked(params)
        told = hover(known.document, self.session.checked(known), offset)
        if told is None:
            return None
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, told.text), self._at(told.span))

    def definition(self, params: lsp.DefinitionParams) -> list[lsp.Location]:
        """Where a name is declared."""
        known, offset = self._asked(params)
        at = here(known.document, offset)
        spans = definitions(known.document, self.session.checked(known), at) if at else []
        return [lsp.Location(self.session.uri(span.source), self._at(span)) for span in spans]

    def references(self, params: lsp.ReferenceParams) -> list[lsp.Location]:
        """Every place of the file where a name stands for the same."""
        known, offset = self._asked(params)
        at, checked = here(known.document, offset), self.session.checked(known)
        if at is None:
            return []
        spans = references(known.document, checked, symbol(known.document, checked, at.reading, at.mark))
        return [lsp.Location(known.uri, self._at(span)) for span in spans]

    def prepare_rename(self, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        """Whether a name can be given another."""
        known, offset = self._asked(params)
        at = here(known.document, offset)
        if at is None:
            return None
        renameable(known.document, self.session.checked(known), at)
        return lsp.PrepareRenamePlaceholder(self._at(at.span), at.mark.text)

    def rename(self, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        """Give a name another."""
        known, offset = self._asked(params)
        at = here(known.document, offset)
        if at is None:
            return None
        spans = rename(known.document, self.session.checked(known), at, params.new_name)
        return lsp.WorkspaceEdit({known.uri: [lsp.TextEdit(self._at(span), params.new_name) for span in spans]})

    # -- writing

    def completion(self, params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        """What may be written."""
        known, offset = self._asked(params)
        return [
            lsp.CompletionItem(
                label=item.label,
                kind=COMPLETIONS.get(item.kind),
                detail=item.detail or None,
                insert_text=item.insert or None,
            )
            for item in complete(known.document, self.session.checked(known), offset)
        ]

    def formatting(self, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        """The canonical text; a file with syntax errors stays as it is."""
        from nmt.compiler.format import format_source  # noqa: PLC0415 -- only who formats waits for it

        known = self.session.file(params.text_document.uri)
        text = known.lines.text
        try:
            new = format_source(Source(known.document.source.path, text.replace("\r\n", "\n")))
        except CompileError:
            return []
        new = new.replace("\n", "\r\n") if "\r\n" in text else new
        source = known.document.source
        return [lsp.TextEdit(self._at(Span(source, start, end)), put) for start, end, put in different(text, new)]

    def code_action(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        """Fixes of the findings at a place."""
        known = self.session.file(params.text_document.uri)
        start = known.lines.offset(params.range.start.line, params.range.start.character)
        end = known.lines.offset(params.range.end.line, params.range.end.character)
        made = []
        for finding in self.session.checked(known).findings:
            span = finding.span
            if span is None or span.source is not known.document.source or span.start > end or span.end < start:
                continue
            found = list(fixes(known.document, finding))
            made += [
                lsp.CodeAction(
                    title=fix.title,
                    kind=lsp.CodeActionKind.QuickFix,
                    diagnostics=[self._diagnostic(finding)],
                    is_preferred=len(found) == 1,
                    edit=lsp.WorkspaceEdit({known.uri: [lsp.TextEdit(self._at(fix.span), fix.text)]}),
                )
                for fix in found
            ]
        return made

    def document_symbol(self, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        """The outline."""
        known = self.session.file(params.text_document.uri)
        return [
            lsp.DocumentSymbol(
                name=entry.name,
                kind=SYMBOLS.get(entry.keyword, lsp.SymbolKind.Object),
                range=self._at(entry.span),
                selection_range=self._at(entry.name_span),
                detail=entry.detail,
            )
            for entry in outline(known.document)
        ]


def _range(change: lsp.TextDocumentContentChangeEvent) -> tuple[int, int, int, int] | None:
    if isinstance(change, lsp.TextDocumentContentChangeWholeDocument):
        return None
    start, end = change.range.start, change.range.end
    return start.line, start.character, end.line, end.character
