"""Keeping and reading the table of words that customers are found by, a handful of statements at a time.

PostgreSQL and SQLite differ in how a text falls into rows of words; this is the only place that knows.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import OuterRef, Q, Subquery

from kundenportal.core.search_words import SearchTerm
from kundenportal.customers.models import SearchWord

_COUNTED = 20_000
"""How far the customers with a word are counted, to begin with the rarest one; some milliseconds for each."""

_WORDS_OF_ONE = 4
"""How many words with the same beginning a customer may have, such as names, a company and a street."""

_FROM_COLUMNS = {
    "postgresql": """
        INSERT INTO customers_searchword (customer_id, word)
        SELECT found.customer_id, convert_to(each.word, 'UTF8')
        FROM ({found}) found, unnest(string_to_array(found.search_words, ' ')) AS each(word)
        WHERE each.word <> ''
    """,
    "sqlite": """
        INSERT INTO customers_searchword (customer_id, word)
        SELECT found.customer_id, CAST(each.value AS BLOB)
        FROM ({found}) found, json_each('["' || replace(found.search_words, ' ', '","') || '"]') AS each
        WHERE each.value <> ''
    """,
}
_OF_CUSTOMERS = """
    SELECT id AS customer_id, search_words FROM customers_customer WHERE id IN ({customers})
"""
_OF_OTHER_ADDRESSES = """
    SELECT p.customer_id, p.search_words FROM customers_premise p
    JOIN customers_customer c ON c.id = p.customer_id
    WHERE p.customer_id IN ({customers})
        AND {position}(' ' || c.search_words || ' ', ' ' || p.search_words || ' ') = 0
"""
_POSITION = {"postgresql": "strpos", "sqlite": "instr"}


def refresh_words(customers: str) -> None:
    """Make the words of some customers anew from their columns, in the caller's transaction.

    Args:
        customers: an SQL query of their ids.

    """
    insert, position = _FROM_COLUMNS[connection.vendor], _POSITION[connection.vendor]
    of_addresses = _OF_OTHER_ADDRESSES.format(customers=customers, position=position)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM customers_searchword WHERE customer_id IN ({customers})")  # noqa: S608
        cursor.execute(insert.format(found=_OF_CUSTOMERS.format(customers=customers)))
        # Most people live where their bills go; their words are there already.
        cursor.execute(f"{insert.format(found=of_addresses)} ON CONFLICT DO NOTHING")


def customers_with(terms: Sequence[SearchTerm], *, limit: int) -> list[int]:
    """Return ids of customers who have a word for each term, those with the whole word first; two queries.

    The rarest term is looked up in the index of words, the others are then looked for among the words of
    the customers found: what one waits for is that term, however common the others are.

    Args:
        terms: what they have; none finds nobody.
        limit: how many at most.

    """
    if not terms:
        return []
    rarest, *others = _by_rarity(terms)
    found = SearchWord.objects.filter(_is(rarest))
    for term in others:
        same = SearchWord.objects.filter(_is(term), customer=OuterRef("customer"))
        # Not EXISTS: of that PostgreSQL may make a join that reads the table for the sake of a common word.
        found = found.filter(customer=Subquery(same.values("customer")[:1]))
    rows = found.order_by("word", "customer").values_list("customer", flat=True)
    # A customer may have several words with one beginning; DISTINCT would look at all who have one.
    return list(dict.fromkeys(rows[: _WORDS_OF_ONE * limit]))[:limit]


def _by_rarity(terms: Sequence[SearchTerm]) -> list[SearchTerm]:
    """Return terms with the rarest first; one query that counts each only so far.

    Of those that are still more than that, the longer word is likely the rarer one.
    """
    if len(terms) == 1:
        return list(terms)
    some = "SELECT 1 FROM customers_searchword WHERE word >= %s AND word < %s ORDER BY word LIMIT %s"
    counted = f"(SELECT COUNT(*) FROM ({some}) AS counted)"  # noqa: S608
    bounds = [bound for term in terms for bound in (*_range(term), _COUNTED)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([counted] * len(terms))}", bounds)
        counts = cursor.fetchone()
    return [
        terms[place] for place in sorted(range(len(terms)), key=lambda n: (counts[n], -len(terms[n].text)))
    ]


def _is(term: SearchTerm) -> Q:
    first, end = _range(term)
    return Q(word__gte=first, word__lt=end)


def _range(term: SearchTerm) -> tuple[bytes, bytes]:
    """Return the first word that a term means and the end of their range; UTF-8 never has a byte 255."""
    first = term.text.encode()
    return first, first + (b"\0" if term.is_whole else b"\xff")
