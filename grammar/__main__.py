"""`python -m nmt.grammar` writes the parse tables anew, after a change of the grammar or of Lark."""

from .tables import write

write()
