/** The name of a resource in its ARN: `orders.shop` of `arn:aws:appmesh:…:mesh/shop/virtualService/orders.shop`. */
export function nameInArn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
