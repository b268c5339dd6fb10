BEGIN TRANSACTION;
CREATE TABLE articles (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article_id TEXT NOT NULL UNIQUE,
            path TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            source TEXT NOT NULL,
            published TEXT,
            author TEXT,
            outlet TEXT,
            about TEXT,
            words INTEGER NOT NULL,
            passages INTEGER NOT NULL,
            added TEXT NOT NULL,
            boilerplate BLOB NOT NULL,
            pages BLOB NOT NULL,
            text TEXT NOT NULL
        );
INSERT INTO "articles" VALUES(1,'7bda860ead005c9a','/articles/1.txt','The bridge of 1','1.txt','2024-02-01',NULL,'Herald',NULL,13,2,'2026-11-29T15:46:43+00:00',X'0000000001000000',X'0000000028000000','1 vote Peace 1948 river bridge. 1948 mayor treaty Erdoğan council treaty Peace. ');
INSERT INTO "articles" VALUES(2,'c4d9fe2ec9334cf4','/articles/2.txt','The mayor of 2','2.txt','2024-03-01',NULL,'Tribune',NULL,15,2,'2026-11-29T15:46:43+00:00',X'0000000001000000',X'0000000030000000','2 treaty bridge treaty border Peace council bridge border. Peace école 1948 mayor Erdoğan river. ');
CREATE TABLE changes (
            generation INTEGER PRIMARY KEY,
            stamp TEXT NOT NULL,
            removed BLOB NOT NULL
        );
INSERT INTO "changes" VALUES(0,'255bbeed1e0d19df',X'');
INSERT INTO "changes" VALUES(1,'e548d34abe74e041',X'');
INSERT INTO "changes" VALUES(2,'06d76bdff5904582',X'');
INSERT INTO "changes" VALUES(3,'d650258c61b91a96',X'');
INSERT INTO "changes" VALUES(4,'617e07c84eb73e52',X'05000000000000000600000000000000');
CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            key TEXT NOT NULL UNIQUE,
            created TEXT NOT NULL
        );
INSERT INTO "collections" VALUES(1,'Ships','ships','2026-11-29T15:46:43+00:00');
CREATE TABLE embeddings (
            passage INTEGER PRIMARY KEY REFERENCES passages(id) ON DELETE CASCADE,
            vector BLOB NOT NULL
        );
INSERT INTO "embeddings" VALUES(1,X'61B82B3E6021CC3E9331243E5AE221BF59EFE03E85CD5D3ED56785BEDA60903E');
INSERT INTO "embeddings" VALUES(2,X'190D903EF96F683E4EAFB33CEC04D83EC57E11BF38BD00BE2A7FBEBE479EEC3E');
INSERT INTO "embeddings" VALUES(3,X'1774623D6C8A1CBEBC63F7BD56C736BFD8BB063F7450AB3E7BE6C2BDCAB8673E');
INSERT INTO "embeddings" VALUES(4,X'B4403A3EBE67B7BEE3DD213F73B04DBEC5C959BE222A03BF3CAA963E126783BD');
CREATE TABLE memberships (
            collection INTEGER NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            PRIMARY KEY (collection, article)
        ) WITHOUT ROWID;
INSERT INTO "memberships" VALUES(1,1);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('identity','{"encoder": "hashed", "fingerprint": "hashed-1", "dimension": 8, "passage_tokens": 200, "overlap_sentences": 1}');
INSERT INTO "meta" VALUES('store_id','4b61c982a8998217e5ac1fcdebfde942');
CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            sentences BLOB NOT NULL
        );
INSERT INTO "passages" VALUES(1,1,2,31,X'020000001F000000');
INSERT INTO "passages" VALUES(2,1,32,79,X'200000004F000000');
INSERT INTO "passages" VALUES(3,2,2,58,X'020000003A000000');
INSERT INTO "passages" VALUES(4,2,59,96,X'3B00000060000000');
CREATE TABLE schema_steps (step INTEGER PRIMARY KEY, name TEXT NOT NULL, applied TEXT NOT NULL);
INSERT INTO "schema_steps" VALUES(1,'create the catalog','2026-11-29T15:46:43+00:00');
INSERT INTO "schema_steps" VALUES(2,'add collections','2026-11-29T15:46:43+00:00');
CREATE INDEX passages_by_article ON passages(article);
CREATE INDEX memberships_by_article ON memberships(article);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('articles',3);
INSERT INTO "sqlite_sequence" VALUES('passages',6);
INSERT INTO "sqlite_sequence" VALUES('collections',1);
COMMIT;
