package io.github.postgresxa.test.manager;

/** Claims about one subject. */
interface Claims {

    /** {@return the application and the nodes} */
    TestBed bed();
}
