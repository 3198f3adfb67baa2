import type { Listener } from '../../../../../model/mesh/listener.ts';
import { milliseconds } from '../../../../routing/timing.ts';
import { durationText } from '../duration.ts';
import type { Fields } from '../typed.ts';

type OutlierDetection = NonNullable<Listener['outlierDetection']>;

const maxUint32 = 4_294_967_295;

/** Ejection by consecutive errors only, and of one host at least, whatever the percentage. Nothing for times of 0, which are refused. */
export function outlierDetectionOf({
  maxServerErrors,
  interval,
  baseEjectionDuration,
  maxEjectionPercent,
}: OutlierDetection): Fields | undefined {
  if (milliseconds(interval) === 0 || milliseconds(baseEjectionDuration) === 0) return undefined;
  return {
    consecutive_5xx: Math.min(maxServerErrors, maxUint32),
    interval: durationText(milliseconds(interval)),
    base_ejection_time: durationText(milliseconds(baseEjectionDuration)),
    max_ejection_percent: maxEjectionPercent,
    always_eject_one_host: true,
    enforcing_success_rate: 0,
  };
}
