"""What may be typed at a place of a language with a lexicon: keys, values, names, and what expressions are made of."""

from calibrant.ide.around import Around
from calibrant.ide.completing_tasks import asked_at, folders, tasks
from calibrant.ide.item import NONE, Offered, offered
from calibrant.ide.lexical.offering_keys import keys
from calibrant.ide.lexical.offering_values import values
from calibrant.ide.lexical.offering_words import in_expression
from calibrant.ide.place import Place
from calibrant.ide.view import View
from calibrant.model.lexicon import Lexicon


def complete_by(lexicon: Lexicon, place: Place, view: View, near: tuple[str, ...] = ()) -> Offered:
    """Return what is on offer at a place; `near` is what there is to call in the same repository."""
    cursor = place.cursor
    if place.typing is not None:
        around = Around(cursor, place.typing, place.slot, place.declared, view)
        return offered(in_expression(lexicon, around), place.typing.typed)
    behind = view.workflow.text[cursor.offset : cursor.offset + 1]
    if not cursor.typed and cursor.role == "value" and behind in ("[", "{"):
        return NONE  # a list or map stands there already
    if any(one.start < cursor.at < one.end for one in lexicon.braces(cursor.value)):
        return NONE
    asked = asked_at(cursor)
    items = [*keys(lexicon, place, view), *values(lexicon, place, view, near)]
    items += [*tasks(cursor, view), *folders(place, view)]
    return offered(items, asked.typed if asked is not None else cursor.typed) if items else NONE
