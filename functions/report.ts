import { composeReport } from '../shared/lambda/compose/report.ts';
import { readFunction } from '../shared/lambda/read-function.ts';
import { report } from '../shared/report/report.ts';
import { reportRequest } from '../shared/report/report-request.ts';

/**
 * Shows the state of the clusters as one HTML file, or as data: services and instances, pods that are not registered and
 * why, the mesh, drift, refusals, dead letters. Invoked by people; reads only.
 */
export const handler = readFunction({ compose: composeReport, schema: reportRequest, handle: report });
