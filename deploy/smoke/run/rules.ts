import { type EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';

/** The names of the rules of a bus with a prefix, page by page. */
export async function ruleNames(
  client: EventBridgeClient,
  EventBusName: string,
  NamePrefix: string,
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
