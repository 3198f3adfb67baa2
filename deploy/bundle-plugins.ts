import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * What esbuild needs to leave out of a bundle what the functions do not use of the AWS SDK: that is half of the SDK's code,
 * and a function reads and runs all of its bundle each time that it starts. Nothing that is used changes.
 */
export default [unusedOperations(), staticImports(), versionsOnly()];

/**
 * The schema of an operation has computed keys, `{ [_ht]: … }`, which esbuild takes for code that may do something and
 * keeps: all operations of EKS for the one that is called. Here they are written as the constants that they are.
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
 * In a single file, `import()` loads nothing later. It only makes esbuild keep the whole of what is imported, and of all
 * that this imports, since it cannot see which part is used.
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

/** Each client takes its version, for the user agent, from its whole package.json. */
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
