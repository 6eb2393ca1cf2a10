"""How large a picture has to be decoded: a JPEG can be had at 1/2, 1/4 or 1/8, faster than whole."""

from dataclasses import dataclass

_SCALES = (8, 4, 2)


@dataclass(frozen=True)
class Enough:
    """A size that is enough for what comes next.

    Args:
        size_hw: (height, width) in pixels, upright.
        either: whether one of the two suffices, as where the whole picture is fitted into that frame.
    """

    size_hw: tuple[int, int]
    either: bool = False

    def turned(self) -> "Enough":
        """The same for a picture that lies on its side."""
        return Enough((self.size_hw[1], self.size_hw[0]), self.either)

    def scale(self, size_hw: tuple[int, int]) -> int:
        """The strongest reduction that leaves enough.

        Args:
            size_hw: of the picture, in pixels.

        Returns:
            1, 2, 4 or 8: sizes are divided by it and rounded up.

        Example:
            >>> Enough((224, 224)).scale((2000, 3000)), Enough((224, 224)).scale((375, 500))
            (8, 1)
            >>> Enough((224, 224), either=True).scale((375, 500))
            2

        Source: libjpeg-turbo, `scale_num` and `scale_denom`.
        """
        suffices = any if self.either else all
        for scale in _SCALES:
            if suffices(-(-size // scale) >= least for size, least in zip(size_hw, self.size_hw, strict=True)):
                return scale
        return 1
