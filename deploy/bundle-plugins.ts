import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Lets esbuild remove unused code of the AWS SDK from the bundles: half of the SDK's code, and a function loads its whole
 * bundle at each start. Code in use does not change.
 */
export default [unusedOperations(), staticImports(), versionsOnly()];

/**
 * The schema of an operation has computed keys, `{ [_ht]: … }`, which esbuild keeps because they may have side effects: all
 * operations of EKS for the one in use. This replaces them by their constants.
 */
function unusedOperations(): Plugin {
  return edited('unused-operations', /[\\/]@aws-sdk[\\/].+[\\/]schemas[\\/]schemas_0\.js$/, (code) => {
    const constants = new Map([...code.matchAll(/^const (\w+) = ("[^"\n]*");$/gm)].map(([, k, v]) => [k, v]));
    return code.replace(/\[(\w+)\]:/g, (key, name) =>
      constants.has(name) ? `${constants.get(name)}:` : key,
    );
  });
}

/**
 * In a single file, `import()` defers nothing. It only makes esbuild keep the whole imported module and its imports, since
 * esbuild cannot see which part is used.
 */
function staticImports(): Plugin {
  return edited('static-imports', /[\\/](@aws-sdk|@smithy)[\\/].+[\\/]dist-es[\\/].+\.js$/, (code) => {
    const imports: string[] = [];
    const edited = code.replace(/await import\("((?!node:)[^"]+)"\)/g, (_, path) => {
      imports.push(`import * as imported${imports.length} from ${JSON.stringify(path)};`);
      return `imported${imports.length - 1}`;
    });
    return [...imports, edited].join('\n');
  });
}

/** Each client imports its whole package.json only for the version in the user agent. */
function versionsOnly(): Plugin {
  return edited('versions-only', /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/, (text) =>
    JSON.stringify({ version: JSON.parse(text).version }),
  );
}

function edited(name: string, filter: RegExp, edit: (code: string) => string): Plugin {
  return {
    name,
    setup: ({ onLoad }) =>
      onLoad({ filter }, async ({ path }) => {
        const contents = edit(await readFile(path, 'utf8'));
        return { contents, loader: path.endsWith('.json') ? 'json' : 'js' };
      }),
  };
}
