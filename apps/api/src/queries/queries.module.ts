import { Module } from '@nestjs/common';
import { CaseDetailResolver } from './case-detail.resolver.js';
import { CaseResolver } from './case.resolver.js';
import { ProtectedTextResolver } from './protected-text.resolver.js';

/** The read side of GraphQL. */
@Module({ providers: [CaseResolver, CaseDetailResolver, ProtectedTextResolver] })
export class QueriesModule {}
