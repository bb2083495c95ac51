"""What a caller can do wrong.

```
LastlapError
├── RulebookError     a rulebook is not as it should be, or there is none of that name
├── InputError        a file, a row or a value that somebody gave us cannot be used
├── RefusedError      the fact is well formed, but the race does not allow it
└── MeetError         a meet's file cannot be opened, written or trusted
```

Trouble that is nobody's fault in the program (a garbled frame, an unknown transponder, a
missed passing) is never raised: it travels with the data as a verdict or a doubt.
"""


class LastlapError(Exception):
    """Something that the user can mend; its text is one sentence that says what and how."""


class RulebookError(LastlapError):
    """A rulebook cannot be read, or there is none of that name; the text names the field."""


class InputError(LastlapError):
    """A file or a value cannot be used; the text names the file, the row and the way out."""


class RefusedError(LastlapError):
    """What was asked for may not be done as things stand; the text says why not."""


class MeetError(LastlapError):
    """A meet's file cannot be opened, written to or trusted; the text says what was saved."""
