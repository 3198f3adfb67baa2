import type { CloudMapService } from '../../model/records/registration.ts';
import type { CloudMap } from '../../ports/ports.ts';

const running = new WeakMap<CloudMap, Map<string, Promise<CloudMapService>>>();

/**
 * Searches for a service, or joins the search of that text that runs. So the pods of a batch find a new service with one
 * search. All their messages were received before it began, so none of them has news that it does not see.
 */
export function joinSearch(
  cloudMap: CloudMap,
  text: string,
  search: () => Promise<CloudMapService>,
): Promise<CloudMapService> {
  const searches = running.get(cloudMap) ?? new Map<string, Promise<CloudMapService>>();
  running.set(cloudMap, searches);
  const joined = searches.get(text) ?? search().finally(() => searches.delete(text));
  searches.set(text, joined);
  return joined;
}
