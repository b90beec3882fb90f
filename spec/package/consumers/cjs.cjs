const main = require('rxjs-leader-election');
const testing = require('rxjs-leader-election/testing');

console.log(JSON.stringify([Object.keys(main).sort(), Object.keys(testing).sort()]));
