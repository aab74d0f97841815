package aem.api.skstate;

/** The states of a TCP connection, numbered as Linux does. */
public enum TcpState {
    ESTABLISHED(1),
    SYN_SENT(2),
    SYN_RECV(3),
    FIN_WAIT1(4),
    FIN_WAIT2(5),
    TIME_WAIT(6),
    CLOSE(7),
    CLOSE_WAIT(8),
    LAST_ACK(9),
    LISTEN(10),
    CLOSING(11);

    private final int number;

    TcpState(int number) {
        this.number = number;
    }

    /** The number in {@code tcp_info.tcpi_state}. */
    public int number() {
        return number;
    }
}
