import { type EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';

/** The names of the rules of a bus with a prefix, all pages. */
export async function ruleNames(
  client: EventBridgeClient,
  NamePrefix: string,
  EventBusName = 'default',
): Promise<readonly string[]> {
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ EventBusName, NamePrefix, NextToken }));
    found.push(...(page.Rules ?? []).map(({ Name = '' }) => Name));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
