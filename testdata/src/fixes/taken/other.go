package main

import "sync"

var poolNow, poolTry = sync.Mutex{}, sharedPool + sharedPgxPool + pgxPool + poolMu
