import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { caseGrounds, fieldClasses, fieldRules, type Ground, neverSees, seesSealed } from '#libs/access';
import { type Role, roles } from '#libs/domain';

const relationWords: Readonly<Record<Extract<Ground, { by: 'RELATION' }>['relation'], string>> = {
  FILED: 'that they filed a report on',
  ON_SCENE: 'on whose scene they were',
  ASSIGNED: 'that is assigned to them',
  GRANTED: 'to which they were given access, until that ends',
  ESCALATED: 'whose review was passed to them',
  APPOINTED: 'on which they were appointed to approve',
  HOLDS_ITEM: 'of which they hold, or have yet to accept, an item',
};

function inWords(ground: Ground): string {
  switch (ground.by) {
    case 'EVERY_CASE':
      return 'every case';
    case 'OWN_UNIT':
      return 'of their own unit';
    case 'RELATION':
      return relationWords[ground.relation];
    case 'STAGE':
      return `at ${ground.stages.join(', ')}`;
    case 'REFERRED':
      return 'of which a referral was ever approved';
  }
}

function seen(role: Role): string {
  if (neverSees.includes(role)) return 'none';
  const grounds = caseGrounds[role].map(inWords).join('; ');
  return seesSealed.includes(role) ? `${grounds}, sealed ones too` : grounds;
}

const part = (page: string, name: string): readonly string[] => (page.split(`<!-- ${name} -->`)[1]?.split('<!-- end -->')[0] ?? '').trim().split('\n').slice(2);

describe('docs/access.md', () => {
  it('says of every role which cases it sees, as the policy has it', async () => {
    const page = await readFile('docs/access.md', 'utf8');
    expect(part(page, 'cases')).toEqual(roles.filter((role) => role !== 'SYSTEM').map((role) => `| \`${role}\` | ${seen(role)} |`));
  });

  it('says of every kind of protected text who reads it, as the policy has it', async () => {
    const page = await readFile('docs/access.md', 'utf8');
    const rows = fieldClasses.map((name) => {
      const { about, roles: readers, purpose } = fieldRules[name];
      return `| \`${name}\`: ${about} | ${readers.join(', ')} | ${purpose ? 'yes' : 'no'} |`;
    });
    expect(part(page, 'texts')).toEqual(rows);
  });
});
