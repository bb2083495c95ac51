// In which order the skaters ride, as far as the board and this pad's own taps know.

/** The bibs in riding order, who is out behind them. */
export function ridingOrder(board, taps) {
  const own = new Map();
  taps.forEach(({ event: { bib, lap } }, place) => {
    const laps = lap ?? (own.get(bib)?.laps ?? board.standings.find((line) => line.bib === bib)?.laps ?? 0);
    if (laps >= (own.get(bib)?.laps ?? 0)) own.set(bib, { laps, place });
  });
  const riders = board.standings.map((line) => rider(line, own.get(line.bib), board));
  return riders.sort(compared).map(({ bib }) => bib);
}

function rider(line, tap, board) {
  const isOut = Boolean(line.irm) || (board.gun_us !== null && !line.riding && !line.finished);
  const laps = Math.max(line.laps, tap?.laps ?? 0);
  return { bib: line.bib, isOut, laps, tapped: tap && tap.laps >= line.laps ? tap.place : null, position: line.position, last: line.last_us };
}

function compared(one, other) {
  if (one.isOut !== other.isOut) return one.isOut ? 1 : -1;
  if (one.laps !== other.laps) return other.laps - one.laps;
  if (one.tapped !== null && other.tapped !== null) return one.tapped - other.tapped;
  for (const by of ["position", "last"]) if (one[by] !== null && other[by] !== null && one[by] !== other[by]) return one[by] - other[by];
  return one.bib - other.bib;
}
