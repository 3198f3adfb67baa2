const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The age as kubectl prints it: two units for small numbers, otherwise one (duration.HumanDuration). */
export function age(timestamp: string, nowMs: number): string {
  return duration(nowMs - Date.parse(timestamp));
}

export function duration(elapsed: number): string {
  if (Number.isNaN(elapsed)) return '<unknown>';
  if (elapsed < -second) return '<invalid>';
  if (elapsed < 2 * minute) return `${Math.max(0, Math.floor(elapsed / second))}s`;
  if (elapsed < 10 * minute) return pair(elapsed, minute, 'm', second, 's');
  if (elapsed < 3 * hour) return `${Math.floor(elapsed / minute)}m`;
  if (elapsed < 8 * hour) return pair(elapsed, hour, 'h', minute, 'm');
  if (elapsed < 2 * day) return `${Math.floor(elapsed / hour)}h`;
  if (elapsed < 8 * day) return pair(elapsed, day, 'd', hour, 'h');
  if (elapsed < 2 * 365 * day) return `${Math.floor(elapsed / day)}d`;
  return pair(elapsed, 365 * day, 'y', day, 'd');
}

function pair(elapsed: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((elapsed % large) / small);
  return `${Math.floor(elapsed / large)}${largeName}${rest === 0 ? '' : `${rest}${smallName}`}`;
}
