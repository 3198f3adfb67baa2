/** The schemas of all events. A function imports only those of its own queue: building a schema takes time. */
export {
  clusterListed,
  clusterObjectChanged,
  meshReconcileRequested,
  meshStatusRequested,
} from './object-events.ts';
export { podChanged, podResyncRequested } from './pod-events.ts';
export { cloudMapServiceChanged, serviceEntriesPollRequested } from './service-entry-events.ts';
export { serviceRemovalRequested } from './service-removal.ts';
