import * as z from 'zod';

/** A name that an object of the cluster may have. */
const objectName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
    "expected an object's name: small letters, digits, - and .",
  );

const reference = z.strictObject({ name: objectName, namespace: objectName.nullish() });

/** Without a namespace, to an object of the referring object's own. */
export const virtualNodeRef = reference;
export const virtualServiceRef = reference;
export const virtualRouterRef = reference;

/** `*` stands for all virtual services of the namespace: in place of a backend group, and in one. */
function referenceOrAll(expected: string) {
  return z.strictObject({
    name: z.string().regex(/^(\*|[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)$/, expected),
    namespace: objectName.nullish(),
  });
}
export const backendGroupRef = referenceOrAll("expected * or a backend group's name");
export const groupedServiceRef = referenceOrAll("expected * or a virtual service's name");

/** The Mesh that an object is in. Nobody writes it: the controller's webhook did. */
export const meshRef = z.strictObject({ name: objectName, uid: z.string() });
/** The VirtualGateway that a gateway route is in, likewise. */
export const virtualGatewayRef = reference.extend({ uid: z.string() });

/** Kinds of resources that a spec may name by ARN. */
type Named = 'virtualNode' | 'virtualRouter' | 'virtualService';

function appMeshArn(kind: Named) {
  return z
    .string()
    .regex(
      new RegExp(`^arn:aws[a-z-]*:appmesh:[a-z0-9-]+:\\d{12}:mesh/[^/]+/${kind}/[^/]+$`),
      `expected the ARN of a ${kind}, such as arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${kind}/orders`,
    );
}
export const virtualNodeArn = appMeshArn('virtualNode');
export const virtualServiceArn = appMeshArn('virtualService');
export const virtualRouterArn = appMeshArn('virtualRouter');

/** The limits of App Mesh's ResourceName; an absent or empty awsName means the default name. */
export const awsName = z.string().max(255).nullish();
