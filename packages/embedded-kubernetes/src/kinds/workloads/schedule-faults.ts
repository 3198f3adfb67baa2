/** What a field of a schedule may be (github.com/robfig/cron, which the API server uses). */
interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly names?: readonly string[];
}

const months = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const bounds: readonly Bounds[] = [
  { minimum: 0, maximum: 59 },
  { minimum: 0, maximum: 23 },
  { minimum: 1, maximum: 31 },
  { minimum: 1, maximum: 12, names: months },
  { minimum: 0, maximum: 6, names: days },
];
const descriptors = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \d+(\.\d+)?(ms|s|m|h).*)$/;

/** Why a CronJob's schedule is invalid, in the API server's words; undefined if it is valid. */
export function scheduleFault(schedule: string): string | undefined {
  if (schedule.includes('TZ')) return 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
  if (schedule.startsWith('@'))
    return descriptors.test(schedule) ? undefined : `unrecognized descriptor: ${schedule}`;
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== bounds.length)
    return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  const faults = fields.flatMap((field, index) =>
    field.split(',').map((range) => rangeFault(range, bounds[index] ?? { minimum: 0, maximum: 0 })),
  );
  return faults.find((fault) => fault !== undefined);
}

/** Why a time zone is invalid; undefined if it is valid. */
export function zoneFault(zone: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return undefined;
  } catch {
    return `unknown time zone ${zone}`;
  }
}

/** `*`, a number or a name, or two with a hyphen, and a step after a slash. */
function rangeFault(range: string, bound: Bounds): string | undefined {
  const [span = '', step, ...more] = range.split('/');
  const width = step === undefined ? 1 : numberOf(step, undefined);
  const isAny = /^[*?]/.test(span);
  const limits = isAny ? { start: bound.minimum, end: bound.maximum } : limitsOf(span, bound, range);
  if (typeof limits === 'string') return limits;
  if (typeof width === 'string') return width;
  if (more.length > 0) return `too many slashes: ${range}`;
  // A number with a step goes to the end.
  const end = step !== undefined && !span.includes('-') ? bound.maximum : limits.end;
  return limitsFault(limits.start, end, bound, range) ?? stepFault(width, range);
}

function limitsOf(span: string, { names }: Bounds, range: string): { start: number; end: number } | string {
  const [low = '', high = low, ...others] = span.split('-');
  const [start, end] = [numberOf(low, names), numberOf(high, names)];
  if (typeof start === 'string') return start;
  if (others.length > 0) return `too many hyphens: ${range}`;
  return typeof end === 'string' ? end : { start, end };
}

function limitsFault(start: number, end: number, { minimum, maximum }: Bounds, range: string) {
  if (start < minimum) return `beginning of range (${start}) below minimum (${minimum}): ${range}`;
  if (end > maximum) return `end of range (${end}) above maximum (${maximum}): ${range}`;
  return start > end ? `beginning of range (${start}) beyond end of range (${end}): ${range}` : undefined;
}

const stepFault = (width: number, range: string) =>
  width === 0 ? `step of range should be a positive number: ${range}` : undefined;

/** The number, or why there is none. */
function numberOf(text: string, names: readonly string[] | undefined): number | string {
  const named = text === '' ? -1 : (names?.indexOf(text.toLowerCase()) ?? -1);
  if (named >= 0) return named;
  if (/^\+?\d+$/.test(text)) return Number(text);
  if (/^-\d+$/.test(text)) return `negative number (${text}) not allowed: ${text}`;
  return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
