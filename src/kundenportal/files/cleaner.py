"""The process that reads a stranger's file: ``files.apart`` starts it.

It gets the file on its standard input and answers with what is left of it, or with why it is refused. Before
it reads anything it gives up what reading needs none of: it can write no file, and its memory and its time
are limited, so that a file made to take hours or to crash a decoder takes nothing but this process along.
"""

import resource
import sys

from kundenportal.files.accepted import JPEG, MAX_SIZE, PDF, PNG, REFUSED, FileRefusal, FileRefused
from kundenportal.files.images import clean_image, clean_logo
from kundenportal.files.pdf import clean_pdf, is_pdf

_MEMORY = 1536 * 1024 * 1024
"""In bytes, the libraries included: several times the largest picture that is taken."""


def main(kinds: str, seconds: str) -> int:
    """Read the file from standard input and write the answer to standard output; return the exit code.

    Args:
        kinds: the media types to make of it, with commas between them.
        seconds: how long it may compute.

    """
    _limit(int(seconds))
    try:
        media_type, content = _cleaned(sys.stdin.buffer.read(MAX_SIZE + 1), kinds.split(","))
    except FileRefused as refused:
        sys.stdout.write(refused.refusal.value)
        return REFUSED
    sys.stdout.buffer.write(media_type.encode() + b"\n" + content)
    return 0


def _cleaned(content: bytes, kinds: list[str]) -> tuple[str, bytes]:
    if PDF in kinds and is_pdf(content):
        return PDF, clean_pdf(content)
    if JPEG in kinds:
        return JPEG, clean_image(content)
    if PNG in kinds:
        return PNG, clean_logo(content)
    raise FileRefused(FileRefusal.UNKNOWN_FORMAT if content else FileRefusal.EMPTY)


def _limit(seconds: int) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
