import * as z from 'zod';
import { exactlyOne } from './exactly-one.ts';
import { filePath } from './tls.ts';

/** App Mesh's JsonKey and JsonValue. */
const jsonText = z.string().min(1).max(100);

const format = z
  .strictObject({
    json: z.array(z.strictObject({ key: jsonText, value: jsonText })).nullish(),
    text: z.string().min(1).max(1000).nullish(),
  })
  .refine(...exactlyOne('json', 'text'));

/** Of a virtual node as of a virtual gateway. */
export const logging = z.strictObject({
  accessLog: z
    .strictObject({ file: z.strictObject({ path: filePath, format: format.nullish() }).nullish() })
    .nullish(),
});
export type Logging = z.output<typeof logging>;
