"""The geometry of bars."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.ui.bar_chart import Bar, BarChart


def chart(*values: int | str, estimated: int | None = None, labels: str = "2025") -> BarChart:
    bars = tuple(
        Bar(labels, f"Jahr {number}", Decimal(value), f"{value} kWh", is_estimated=number == estimated)
        for number, value in enumerate(values)
    )
    return BarChart("strom-jahre", "strom", "Strom", bars)


def heights(*values: int | str) -> list[str]:
    return [each.height for each in chart(*values).drawn]


def test_the_highest_bar_fills_the_chart() -> None:
    assert heights(50, 200, 100) == ["25.00%", "100.00%", "50.00%"]


def test_bars_stand_on_the_ground() -> None:
    for each in chart(50, 200, 3).drawn:
        assert Decimal(each.y.rstrip("%")) + Decimal(each.height.rstrip("%")) == 100


def test_bars_without_height_are_drawn() -> None:
    assert heights(0, 0) == ["0.00%", "0.00%"]


def test_a_bar_has_its_place() -> None:
    # Four places of 25 %; a bar leaves 15 % of its place empty at either side.
    second = chart(1, 2, 3, 4).drawn[1]
    assert (second.x, second.width, second.middle) == ("28.75%", "17.50%", "37.50%")


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_no_bar_leaves_the_chart_or_touches_another(values: list[int]) -> None:
    drawn = chart(*values).drawn
    edges = [
        edge
        for each in drawn
        for edge in (Decimal(each.x[:-1]), Decimal(each.x[:-1]) + Decimal(each.width[:-1]))
    ]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= 100
    assert all(0 <= Decimal(each.height[:-1]) <= 100 for each in drawn)


@pytest.mark.parametrize(
    ("bars", "label", "crowded"), [(8, "2025", False), (9, "2025", True), (2, "31.12.", True)]
)
def test_labels_that_do_not_fit_on_a_telephone_are_noticed(bars: int, label: str, crowded: bool) -> None:
    assert chart(*[1] * bars, labels=label).is_crowded is crowded


def drawing(of: BarChart) -> str:
    return render_to_string("ui/components/bar_chart.html", {"chart": of})


def test_who_hears_the_chart_hears_every_bar() -> None:
    label = 'role="img" focusable="false" aria-label="Strom: Jahr 0 5 kWh, Jahr 1 7 kWh (geschätzt)"'
    assert label in drawing(chart(5, 7, estimated=1))


def test_estimated_bars_are_hatched_and_the_others_are_not() -> None:
    hatched, plain = drawing(chart(5, 7, estimated=0)), drawing(chart(5, 7))

    assert hatched.count('fill="url(#strom-jahre-schraffur)"') == 1
    assert hatched.count('<pattern id="strom-jahre-schraffur"') == 1
    assert "schraffur" not in plain
    assert plain.count("<rect") == hatched.count("<rect") == 2


def test_the_newest_bar_stands_out() -> None:
    assert drawing(chart(5, 7)).count('class="balken__neu"') == 1


def test_lying_bars_follow_each_other_and_the_longest_is_as_wide_as_the_chart() -> None:
    first, second = chart(50, 200).lying
    assert (first.width, second.width) == ("25.00%", "100.00%")
    assert [first.text_y, first.y, second.text_y, second.y] == ["20.00%", "27.50%", "70.00%", "77.50%"]
    assert chart(50, 200).lying_height == "5.50rem"


def test_lying_bars_are_told_to_those_who_hear_them() -> None:
    drawn = render_to_string("ui/components/lying_bars.html", {"chart": chart(50, 200)})
    assert 'aria-label="Strom: Jahr 0 50 kWh, Jahr 1 200 kWh"' in drawn
    assert "style=" not in drawn
