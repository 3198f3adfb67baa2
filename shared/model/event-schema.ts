/** The schemas of all events. A function imports those of its own queue: building one that it has no use for takes its time. */
export {
  clusterListed,
  clusterObjectChanged,
  meshReconcileRequested,
  meshStatusRequested,
} from './object-events.ts';
export { podChanged, podResyncRequested } from './pod-events.ts';
