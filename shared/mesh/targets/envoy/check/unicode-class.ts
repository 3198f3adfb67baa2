const category = /^(?:Any|C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;
/** Scripts whose whole name is as short as the abbreviations of others, which RE2 does not know. */
const shortScript = /^(?:Ahom|Cham|Han|Kawi|Lao|Lisu|Modi|Mro|Newa|Nko|Thai|Toto|Vai|Yi)$/;

/** Whether RE2 knows a category or script of Unicode: `L`, `Greek`. */
export function isUnicodeClass(name: string): boolean {
  if (category.test(name)) return true;
  if (!/^[A-Z]\w*$/.test(name) || (name.length < 5 && !shortScript.test(name))) return false;
  try {
    new RegExp(`\\p{Script=${name}}`, 'u');
    return true;
  } catch {
    return false;
  }
}
