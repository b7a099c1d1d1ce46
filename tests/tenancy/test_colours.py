"""A company's colour stays its own and can always be read."""

from hypothesis import given
from hypothesis import strategies as st

from cxplatform.tenancy.colours import DARK_GROUND, LIGHT_GROUND, READABLE, accent, contrast

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_every_brand_colour_is_readable_on_both_grounds_and_under_text(brand: str) -> None:
    shades = accent(brand)
    assert contrast(shades.light, LIGHT_GROUND) >= READABLE
    assert contrast(shades.dark, DARK_GROUND) >= READABLE
    assert contrast(shades.light, shades.on_light) >= READABLE
    assert contrast(shades.dark, shades.on_dark) >= READABLE


def test_a_readable_colour_is_left_alone() -> None:
    assert accent("#0b5cad").light == "#0b5cad"


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
