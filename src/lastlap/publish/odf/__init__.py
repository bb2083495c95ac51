"""ODF2-compatible messages of a meet, and the checks that such messages have to pass.

Strategy: `told` keeps what the records so far say, in the words of ODF (units, RSCs, participant
codes); one file for each kind of message makes its content from that; `feed` sees what has
changed and when it may go out.  `check` reads messages, ours or anybody's, and knows nothing of
how ours are made.  All names that are ours or not certain stand in `codes`, once.
"""

from lastlap.publish.odf.feed import Feed, messages
from lastlap.publish.odf.message import Sent, Settings

__all__ = ["Feed", "Sent", "Settings", "messages"]
