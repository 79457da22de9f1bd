"""Lists that are shown a page at a time."""

from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.pages import cut_page


@given(st.integers(min_value=0, max_value=50), st.integers(min_value=1, max_value=12))
def test_who_goes_through_all_pages_sees_every_row_once(count: int, limit: int) -> None:
    rows, seen, after = list(range(count)), [], -1
    while True:
        page = cut_page([row for row in rows if row > after], limit=limit, mark=lambda row: row)
        assert len(page.rows) <= limit
        seen += page.rows
        if page.next_after is None:
            break
        after = page.next_after
    assert seen == rows


def test_no_empty_page_follows_a_list_that_just_fills_one() -> None:
    assert cut_page([1, 2, 3], limit=3, mark=str).next_after is None
    assert cut_page([1, 2, 3, 4], limit=3, mark=str).next_after == "3"
    assert cut_page([], limit=3, mark=str).rows == ()
