"""No fault of ours ends the server, and none of a file's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pygls.exceptions import JsonRpcException

from .names import CannotRename
from .session import NotOpen

REFUSED = -32803  # the protocol's code for a request that cannot be met
log = logging.getLogger(__name__)


def guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A handler whose faults are logged, and which then answers with nothing."""

    def answer(*params: Any) -> Any:
        try:
            return handler(*params)
        except CannotRename as fault:
            raise JsonRpcException(message=str(fault), code=REFUSED) from None
        except NotOpen:
            return None
        except Exception:
            log.exception("%s failed", getattr(handler, "__name__", handler))
            return None

    return answer
