import * as z from 'zod/mini';
import { exactlyOne } from './exactly-one.ts';
import { filePath } from './tls.ts';

/** App Mesh's JsonKey and JsonValue. */
const jsonText = z.string().check(z.minLength(1), z.maxLength(100));

const format = z
  .strictObject({
    json: z.nullish(z.array(z.strictObject({ key: jsonText, value: jsonText }))),
    text: z.nullish(z.string().check(z.minLength(1), z.maxLength(1000))),
  })
  .check(z.refine(...exactlyOne('json', 'text')));

/** For virtual nodes and virtual gateways. */
export const logging = z.strictObject({
  accessLog: z.nullish(
    z.strictObject({ file: z.nullish(z.strictObject({ path: filePath, format: z.nullish(format) })) }),
  ),
});
export type Logging = z.output<typeof logging>;
