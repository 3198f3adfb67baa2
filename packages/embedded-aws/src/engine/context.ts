import { type Clock, systemClock } from './clock.ts';

export interface EngineOptions<SettingsInput> {
  readonly clock?: Clock;
  readonly accountId?: string;
  readonly region?: string;
  /** In [0, 1); the source of all random values, such as ids. */
  readonly random?: () => number;
  readonly settings?: SettingsInput;
}

/** The context of every engine's operations. */
export interface EngineContext<Settings> {
  readonly accountId: string;
  readonly region: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly settings: Settings;
  /** Numbers records and changes in order. */
  readonly next: () => number;
}

export function engineContext<Settings>(
  {
    clock = systemClock,
    accountId = '000000000000',
    region = 'us-west-2',
    random = Math.random,
  }: EngineOptions<unknown>,
  settings: Settings,
): EngineContext<Settings> {
  let last = 0;
  return { accountId, region, clock, random, settings, next: () => ++last };
}
