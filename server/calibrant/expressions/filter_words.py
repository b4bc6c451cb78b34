"""What filters and tests do, in words: for completion and hover."""

from typing import Final

import msgspec


class Word(msgspec.Struct, frozen=True):
    """A filter or test: its arguments as they are written, "" where it takes none, what it does, and an example of its use.

    `wanted`: it means nothing without an argument. `alias` names the word that it is another name for.
    """

    arguments: str
    doc: str
    example: str
    wanted: bool = False
    alias: str = ""


FILTERS: Final[dict[str, Word]] = {
    "abs": Word("", "The number without its sign.", "{{ item.change | abs }}"),
    "as_list": Word(
        "", "A list as it is, an empty one for nothing (null), a list of one for any other value.", "{{ x | as_list }}"
    ),
    "batch": Word("count, fill", "A list cut into lists of `count` elements.", "{{ rows | batch(10) }}", wanted=True),
    "capitalize": Word("", "The text with a capital first letter, the rest in lower case.", "{{ name | capitalize }}"),
    "center": Word("width", "The text in the middle of `width` characters.", "{{ title | center(40) }}"),
    "count": Word("", "How many elements, fields or characters there are.", "{{ rows | count }}", alias="length"),
    "d": Word("value, boolean", "`value` where there is none.", "{{ item.note | d('') }}", True, alias="default"),
    "default": Word(
        "value, boolean",
        "`value` where there is none; with `true` behind it, also where it is empty, zero or null.",
        "{{ item.note | default('none') }}",
        wanted=True,
    ),
    "dictsort": Word("", "The fields of an object as pairs of name and value, sorted.", "{{ counts | dictsort }}"),
    "first": Word("", "The first element.", "{{ rows | first }}"),
    "float": Word("default", "The value as a number; `default`, else 0, where it is none.", "{{ item.price | float }}"),
    "format": Word(
        "values", "The text with `%s` and its like replaced by values.", "{{ '%.2f' | format(total) }}", wanted=True
    ),
    "from_json": Word("", "What a JSON text stands for.", "{{ read.stdout | from_json }}"),
    "groupby": Word(
        "attribute", "The elements in groups that have the same field.", "{{ rows | groupby('state') }}", wanted=True
    ),
    "indent": Word("width, first", "The text with its lines indented, the first only with `true`.", "{{ t | indent }}"),
    "int": Word(
        "default", "The value as a whole number; `default`, else 0, where it is none.", "{{ item.count | int }}"
    ),
    "items": Word("", "The fields of an object as pairs of name and value.", "{{ counts | items | list }}"),
    "join": Word(
        "separator, attribute",
        "The elements, or a field of each, as one text.",
        "{{ names | join(', ') }}",
        wanted=True,
    ),
    "last": Word("", "The last element.", "{{ rows | last }}"),
    "length": Word("", "How many elements, fields or characters there are.", "{{ rows | length }}"),
    "list": Word("", "The elements as a list: behind `map` and its like.", "{{ rows | map(attribute='id') | list }}"),
    "lower": Word("", "The text in lower case.", "{{ item.subject | lower }}"),
    "map": Word(
        "attribute='field'",
        "A field of each element, or each element through a filter.",
        "{{ rows | map(attribute='id') | list }}",
        wanted=True,
    ),
    "max": Word("attribute='field'", "The largest element, or the one with the largest field.", "{{ sizes | max }}"),
    "min": Word("attribute='field'", "The smallest element, or the one with the smallest field.", "{{ sizes | min }}"),
    "reject": Word("test", "The elements that a test does not hold for.", "{{ xs | reject('none') | list }}", True),
    "rejectattr": Word(
        "field, test, value",
        "The elements for whose field a test does not hold.",
        "{{ rows | rejectattr('state', 'eq', 'done') | list }}",
        wanted=True,
    ),
    "replace": Word("old, new", "The text with one text replaced by another.", "{{ x | replace('-', '/') }}", True),
    "reverse": Word("", "The elements or characters in reverse order.", "{{ rows | reverse | list }}"),
    "round": Word("digits, method", "The number rounded to `digits` behind the point.", "{{ total | round(2) }}"),
    "select": Word("test", "The elements that a test holds for.", "{{ xs | select('number') | list }}"),
    "selectattr": Word(
        "field, test, value",
        "The elements for whose field a test holds.",
        "{{ rows | selectattr('state', 'eq', 'open') | list }}",
        wanted=True,
    ),
    "slice": Word("count", "A list cut into `count` lists.", "{{ rows | slice(3) | list }}", wanted=True),
    "sort": Word(
        "reverse, attribute='field'", "The elements sorted, or by a field.", "{{ rows | sort(attribute='id') }}"
    ),
    "string": Word("", "The value as text.", "{{ item.count | string }}"),
    "striptags": Word("", "The text without HTML tags.", "{{ page.body | striptags }}"),
    "sum": Word("attribute='field'", "The numbers, or a field of each element, added up.", "{{ rows | sum('price') }}"),
    "title": Word("", "The text with a capital letter for each word.", "{{ name | title }}"),
    "to_json": Word("indent", "The value as JSON text.", "{{ rows | to_json }}"),
    "tojson": Word("indent", "The value as JSON text.", "{{ rows | tojson }}", alias="to_json"),
    "trim": Word("characters", "The text without blanks, or other characters, around it.", "{{ name | trim }}"),
    "truncate": Word("length", "The text cut off behind `length` characters, 255 by itself.", "{{ t | truncate(80) }}"),
    "unique": Word("attribute='field'", "The elements without those that came before.", "{{ names | unique | list }}"),
    "upper": Word("", "The text in capitals.", "{{ code | upper }}"),
    "urlencode": Word("", "The text as a part of a URL.", "{{ name | urlencode }}"),
    "wordcount": Word("", "How many words there are.", "{{ item.text | wordcount }}"),
    "wordwrap": Word("width", "The text in lines of `width` characters, 79 by itself.", "{{ text | wordwrap(60) }}"),
}
"""Each filter that there is."""

TESTS: Final[dict[str, Word]] = {
    "boolean": Word("", "True or false.", "{{ x is boolean }}"),
    "callable": Word("", "Can be called.", "{{ x is callable }}"),
    "defined": Word("", "Is there at all.", "{{ item.note is defined }}"),
    "divisibleby": Word("number", "Can be divided by a number.", "{{ index is divisibleby(2) }}", wanted=True),
    "eq": Word("value", "Equals a value.", "{{ x is eq(1) }}", wanted=True),
    "equalto": Word("value", "Equals a value.", "{{ x is equalto(1) }}", True, alias="eq"),
    "even": Word("", "An even number.", "{{ index is even }}"),
    "false": Word("", "False itself.", "{{ x is false }}"),
    "float": Word("", "A number with a point.", "{{ x is float }}"),
    "ge": Word("value", "At least a value.", "{{ x is ge(1) }}", wanted=True),
    "greaterthan": Word("value", "More than a value.", "{{ x is greaterthan(1) }}", True, alias="gt"),
    "gt": Word("value", "More than a value.", "{{ x is gt(1) }}", wanted=True),
    "in": Word("values", "One of some values.", "{{ x is in(['a', 'b']) }}", wanted=True),
    "integer": Word("", "A whole number.", "{{ x is integer }}"),
    "iterable": Word("", "A list, an object or a text.", "{{ x is iterable }}"),
    "le": Word("value", "At most a value.", "{{ x is le(1) }}", wanted=True),
    "lessthan": Word("value", "Less than a value.", "{{ x is lessthan(1) }}", True, alias="lt"),
    "lower": Word("", "A text in lower case.", "{{ x is lower }}"),
    "lt": Word("value", "Less than a value.", "{{ x is lt(1) }}", wanted=True),
    "mapping": Word("", "An object.", "{{ x is mapping }}"),
    "ne": Word("value", "Another value.", "{{ x is ne(1) }}", wanted=True),
    "none": Word("", "Nothing (null).", "{{ item.note is none }}"),
    "number": Word("", "A number.", "{{ x is number }}"),
    "odd": Word("", "An odd number.", "{{ index is odd }}"),
    "sameas": Word("value", "The very same value.", "{{ x is sameas(true) }}", wanted=True),
    "sequence": Word("", "A list, an object or a text.", "{{ x is sequence }}"),
    "string": Word("", "A text.", "{{ x is string }}"),
    "true": Word("", "True itself.", "{{ x is true }}"),
    "undefined": Word("", "Is not there.", "{{ item.note is undefined }}"),
    "upper": Word("", "A text in capitals.", "{{ x is upper }}"),
}
"""Each test that can follow `is`."""
