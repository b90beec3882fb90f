/** Whether a word of a contender is of one of these kinds. */
export const isKind =
  (...kinds) =>
  ({ kind }) =>
    kinds.includes(kind);

/** Whether a contender of the library's follows somebody. */
export const isFollowing = ({ kind, leaderless }) => kind === 'Follower' && !leaderless;
