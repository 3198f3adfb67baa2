import { queueFunction } from '../shared/runtime/middleware.ts';
import { podHandling } from '../shared/runtime/pod-handling.ts';
import { wirePods } from '../shared/runtime/wire-pods.ts';

/** Keeps Cloud Map true about pods. The queue's message group is the pod: this is its one writer. */
export const handler = queueFunction({ wire: wirePods, handling: podHandling });
