import * as main from 'rxjs-leader-election';
import * as testing from 'rxjs-leader-election/testing';

console.log(JSON.stringify([Object.keys(main).sort(), Object.keys(testing).sort()]));
