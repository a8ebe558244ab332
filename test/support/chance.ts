export { Chance } from '#libs/simulation';
