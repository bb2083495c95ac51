// What officials type, and what it means: orders with dead heats and times, moments, durations.

/** A duration as typed, `8:32.87` or `32.87`, in microseconds; null if it is none. */
export function parseDuration(text) {
  const found = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+)(?:[.,](\d{1,6}))?$/.exec(text.trim());
  if (!found) return null;
  const [, hours, minutes, seconds, part] = found;
  if (minutes !== undefined && Number(seconds) > 59) return null;
  return (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds)) * 1e6 + Number((part ?? "").padEnd(6, "0"));
}

/**
 * An order as typed: `7 3 12`, with a dead heat `7 (3 12) 4`, with times behind their bibs `7 8:32.87 3 8:32.99`.
 * Gives `{bibs, times, error}`; of an order that cannot be, a sentence why.
 */
export function parseOrder(text) {
  const tokens = text.replace(/[(]/g, " ( ").replace(/[)]/g, " ) ").replace(/[,;]\s/g, " ").trim().split(/\s+/).filter(Boolean);
  const bibs = [], times = {}, seen = new Set();
  let heat = null, last = null;
  for (const token of tokens) {
    if (token === "(") {
      if (heat) return wrong("A dead heat stands in one pair of brackets, as in 7 (3 12) 4.");
      heat = [];
    } else if (token === ")") {
      if (!heat) return wrong("A bracket closes that was not opened.");
      if (heat.length < 2) return wrong("A dead heat needs two bibs in its brackets.");
      bibs.push(heat);
      heat = null;
    } else if (/^\d+$/.test(token)) {
      last = Number(token);
      if (seen.has(last)) return wrong(`Bib ${last} stands twice.`);
      seen.add(last);
      (heat ?? bibs).push(last);
    } else {
      const time = parseDuration(token);
      if (time === null) return wrong(`“${token}” is neither a bib nor a time such as 8:32.87.`);
      if (last === null) return wrong("A time stands behind its bib.");
      times[last] = time;
    }
  }
  if (heat) return wrong("A bracket is still open.");
  return { bibs, times, error: null };
}

const wrong = (error) => ({ bibs: [], times: {}, error });

/** An order as it is typed. */
export const orderText = (bibs) => bibs.map((one) => (Array.isArray(one) ? `(${one.join(" ")})` : one)).join(" ");

/** Every bib of an order. */
export const bibsOf = (bibs) => bibs.flat();

/**
 * A moment as typed: nothing is now; `12` is so many seconds before now; `3:21.5` is what the race
 * clock showed. Gives `{ago}` or `{at}`, in microseconds; null if it is none of these.
 */
export function parseMoment(text, gun) {
  const typed = text.trim().replace(/\s*(s|sec|seconds)?(\s+ago)?$/i, "");
  if (!typed) return { ago: 0 };
  const shown = parseDuration(typed);
  if (shown === null) return null;
  if (/^\d+([.,]\d+)?$/.test(typed)) return { ago: shown };
  return gun === null || gun === undefined ? null : { at: gun + shown };
}
