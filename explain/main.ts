import { run } from './run.ts';

process.exitCode = await run('npm run explain --', process.argv.slice(2), process.env);
