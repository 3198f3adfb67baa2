/** Kubernetes' alphabet for generated names: without vowels and similar characters, so that no words appear. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function randomSuffix(length = 5): string {
  return Array.from({ length }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('');
}

/** A number's digits in that alphabet, as for template hashes in ReplicaSet names (SafeEncodeString). */
export function safeEncode(text: string): string {
  return [...text].map((character) => alphabet[character.charCodeAt(0) % alphabet.length]).join('');
}
