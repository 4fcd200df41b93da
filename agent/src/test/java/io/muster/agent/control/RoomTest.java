package io.muster.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

final class RoomTest {
    private final Room room = new Room();

    private Room.Share share() {
        var share = room.share();
        share.open();
        return share;
    }

    @Test
    void one_alone_may_keep_the_most_of_one() {
        var share = share();
        assertThat(share.hasRoomFor(Room.OF_ONE)).isTrue();
        assertThat(share.hasRoomFor(Room.OF_ONE + 1)).isFalse();
        share.add(Room.OF_ONE);
        assertThat(share.hasRoomFor(0)).isTrue();
        assertThat(share.hasRoomFor(1)).isFalse();
    }

    @Test
    void of_many_each_has_its_share_whatever_the_others_take() {
        var shares = new ArrayList<Room.Share>();
        for (int i = 0; i < 200; i++) {
            shares.add(share());
        }
        for (var each : shares.subList(0, 5)) {
            each.add(Room.OF_ONE); // more than all have
        }
        var other = shares.getLast();
        assertThat(other.hasRoomFor(Room.OF_ALL / 200)).isTrue();
        assertThat(other.hasRoomFor(Room.OF_ALL / 200 + 1)).isFalse();
        assertThat(shares.getFirst().hasRoomFor(0)).isFalse();
        shares.subList(0, 2).forEach(Room.Share::close);
        assertThat(other.hasRoomFor(Room.OF_ONE)).isTrue();
    }

    @Test
    void what_one_keeps_is_free_when_it_is_gone_and_not_twice() {
        var gone = share();
        gone.add(Room.OF_ONE);
        gone.close();
        gone.remove(Room.OF_ONE); // of a request that is answered later
        for (int i = 0; i < 4; i++) {
            share().add(Room.OF_ONE);
        }
        var other = share();
        other.add(Room.OF_ALL / 5);
        assertThat(other.hasRoomFor(1)).isFalse();
    }
}
