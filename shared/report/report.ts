import type { ReportDependencies } from '../ports/report-ports.ts';
import type { Report } from './plan/report.ts';
import { readReport } from './read-report.ts';
import type { ReportRequest } from './report-request.ts';
import { pageOf } from './view/page.ts';

/** The page for people, or the data that it shows. */
export async function report(
  deps: ReportDependencies,
  { format, ...scope }: ReportRequest,
): Promise<string | Report> {
  const read = await readReport(deps, scope);
  return format === 'html' ? pageOf(read) : read;
}
