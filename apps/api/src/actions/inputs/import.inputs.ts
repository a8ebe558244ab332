import { InputType } from '@nestjs/graphql';
import type { CaseCommands, Instant, YesNoUnknown } from '#libs/domain';
import { YesNoUnknownEnum } from '../../graphql/enums.js';
import { dataOf } from './command-data.js';
import { Choice, Count, Line, MaybeLine, MaybeNarrative, MaybeNested, MaybeTime, Nested, NestedList } from './fields.js';
import { inputLimits } from './limits.js';
import { CategoryInput, IncidentNumbersInput, PlaceInput, WhenInput } from './shared.inputs.js';

@InputType({ description: 'A further column of an imported row, as it stood in the source.' })
export class ImportColumnInput {
  @Line('Its name.')
  name!: string;

  @Line('Its value. Columns without one are left out.')
  value!: string;
}

@InputType({ description: 'One row of another system of record: one report.' })
export class ImportRowInput {
  @Count(1, 'The row in the file, counted from 1 without the header.')
  row!: number;

  @Line('The number of the case in the source: rows of one number are reports on one case.')
  reference!: string;

  @Nested(() => IncidentNumbersInput, 'Numbers under which the incident is known.')
  incident!: IncidentNumbersInput;

  @Nested(() => WhenInput, 'When it happened. A local time that occurred twice becomes a span over both.')
  occurredAt!: WhenInput;

  @MaybeTime('When the city was told. Absent: now.')
  reportedAt!: Instant | null;

  @Nested(() => PlaceInput, 'Where it happened.')
  place!: PlaceInput;

  @MaybeLine('The address. Protected.')
  address!: string | null;

  @MaybeNested(() => CategoryInput, 'What it is about, where no narrative says it.')
  category!: CategoryInput | null;

  @MaybeNarrative("The account, in the source's words. Protected.")
  narrative!: string | null;

  @Choice(YesNoUnknownEnum, 'Was anyone injured?')
  injuries!: YesNoUnknown;

  @NestedList(() => ImportColumnInput, 'Further columns, none of them protected.')
  columns!: readonly ImportColumnInput[];

  toReport(system: string): CaseCommands['fileReport'] {
    const { row, reference, columns, ...account } = dataOf<Omit<ImportRowInput, 'toReport'>>(this);
    return {
      ...account,
      target: 'IMPORT',
      origin: 'IMPORTED',
      source: { system, reference, row, columns: Object.fromEntries(columns.map(({ name, value }) => [name, value])) },
      onSceneAt: null,
      unit: null,
      camera: null,
      officersPresent: [],
      footageViewed: false,
    };
  }
}

@InputType({ description: 'Rows of one file of another system of record. Sent again, each row is recorded once.' })
export class ImportReportsInput {
  @Line('The name of the source system: with the number of a row it makes the id of its command, with the number of a case that of the case.')
  source!: string;

  @NestedList(() => ImportRowInput, 'The rows, at most 200.', { itemsMin: 1, itemsMax: inputLimits.rowsMax })
  rows!: readonly ImportRowInput[];

  @MaybeLine('Why you import, in your words; stored with each event.')
  purpose!: string | null;

  @MaybeLine('The order or agreement on which you import, in your words; stored with each event.')
  authority!: string | null;
}
