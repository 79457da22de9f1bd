"""QR codes are pictures of dark squares."""

import re

from kundenportal.core.qr_codes import qr_path


def test_the_picture_has_its_three_corners_and_a_quiet_zone() -> None:
    path, width = qr_path("otpauth://totp/x")
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)
    top_row = re.findall(r"M(\d+) 4h(\d+)v", path)
    assert top_row[0] == ("4", "7")
    assert (top_row[-1][0], top_row[-1][1]) == (str(width - 4 - 7), "7")
    assert not re.search(r"M\d+ [0-3]h", path)
    assert not re.search(r"M[0-3] ", path)
