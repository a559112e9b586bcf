"""VQA v1 and v2: questions in English about COCO's pictures, each answered by ten people."""

from .folder import Vqa, recognise

__all__ = ["Vqa", "recognise"]
