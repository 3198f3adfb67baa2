import { arn } from '../account.ts';
import { type JsonInput, jsonService } from '../json-service.ts';
import { AwsError, type AwsService } from '../protocol.ts';
import { filterPattern } from './filter-pattern.ts';
import type { LogEvent, LogGroups } from './log-groups.ts';

/** CloudWatch Logs: what there is to read. */
export function cloudWatchLogsService(groups: LogGroups): AwsService {
  return jsonService({
    name: 'logs',
    targetPrefix: 'Logs_20140328',
    jsonVersion: '1.1',
    operations: {
      DescribeLogGroups: (input) => ({
        logGroups: groups
          .names()
          .filter((name) => name.startsWith(String(input.logGroupNamePrefix ?? '')))
          .map((logGroupName) => ({ logGroupName, arn: arn('logs', `log-group:${logGroupName}:*`) })),
      }),
      FilterLogEvents: (input) => ({ events: eventsOf(groups, input), searchedLogStreams: [] }),
    },
  });
}

/** The newest, as many as the input says. */
function eventsOf(groups: LogGroups, input: JsonInput): readonly object[] {
  const { logGroupName, startTime = 0, endTime = Number.POSITIVE_INFINITY, limit = 10_000 } = input;
  const events = groups.events(String(logGroupName));
  if (events === undefined)
    throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  const matches = filterPattern(String(input.filterPattern ?? ''));
  return events
    .filter(({ timestamp }) => timestamp >= Number(startTime) && timestamp <= Number(endTime))
    .filter(({ message }) => matches(message))
    .slice(0, Number(limit))
    .map((event: LogEvent, index) => ({
      ...event,
      logStreamName: 'all',
      ingestionTime: event.timestamp,
      eventId: `${event.timestamp}-${index}`,
    }));
}
