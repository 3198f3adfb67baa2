import type { Plugin } from 'esbuild';
import type { ClustersFile } from '../../shared/model/cluster-config.ts';

/** Whether the functions assume a role of another account or cluster. */
export function assumesRoles({ clusters }: Pick<ClustersFile, 'clusters'>): boolean {
  return JSON.stringify(clusters).includes('"roleArn":');
}

/**
 * Leaves STS out of the bundles if clusters.yml names no role: its client has a protocol and an XML parser that no other client
 * in use has. What stands for it says so when it is used.
 */
export function withoutRolesPlugin(): Plugin {
  const message = 'clusters.yml of this deployment names no role: deploy again';
  return {
    name: 'without-roles',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^@aws-sdk\/credential-providers$/ }, ({ path }) => ({
        ...{ path, namespace: 'without-roles' },
      }));
      onLoad({ filter: /./, namespace: 'without-roles' }, () => ({
        contents: `export const fromTemporaryCredentials = () => { throw new Error(${JSON.stringify(message)}); };`,
      }));
    },
  };
}
