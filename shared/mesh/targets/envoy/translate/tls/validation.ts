import type { Fields } from '../typed.ts';
import type { SecretSource } from './sds.ts';

/** How the peer's certificate is checked. `names`: one of them must be in it; none are needed if there are none. */
export function validationOf(trust: SecretSource, names: readonly string[]): Fields {
  if (names.length === 0) return { validation_context_sds_secret_config: trust.config };
  return {
    combined_validation_context: {
      default_validation_context: { match_typed_subject_alt_names: names.flatMap(subjectMatches) },
      validation_context_sds_secret_config: trust.config,
    },
  };
}

/** App Mesh's names are host names or URIs, such as those of SPIFFE. */
function subjectMatches(exact: string): readonly Fields[] {
  return ['DNS', 'URI'].map((san_type) => ({ san_type, matcher: { exact } }));
}
