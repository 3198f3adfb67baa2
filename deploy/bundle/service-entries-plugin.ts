import type { Plugin } from 'esbuild';
import type { ClustersFile } from '../../shared/model/cluster-config.ts';

export function importsServices({ clusters }: Pick<ClustersFile, 'clusters'>): boolean {
  return clusters.some(({ serviceEntries }) => serviceEntries !== undefined);
}

/**
 * Leaves the explanation of ServiceEntries, and the clients that only it has, out of `explain` if no cluster imports services:
 * there are no entries to explain.
 */
export function withoutServiceEntriesPlugin(): Plugin {
  return {
    name: 'without-service-entries',
    setup: ({ onLoad }) => {
      onLoad({ filter: /[\\/]shared[\\/]explain[\\/]explain-entries\.ts$/ }, () => ({
        contents: 'export const explainEntries = async () => [];',
      }));
      onLoad({ filter: /[\\/]compose[\\/]explained-entries\.ts$/ }, () => ({
        contents: 'export const explainedEntries = () => ({});',
      }));
    },
  };
}
