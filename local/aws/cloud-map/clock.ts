export { VirtualClock } from '../engine/clock.ts';
