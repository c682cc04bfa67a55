{-# LANGUAGE TemplateHaskell #-}

-- | Numbered SQL files, each in a transaction of its own, once. A file that was applied may not change.
module Retail.Db.Migrate (Migration (..), migrations, migrate, appliedAll) where

import Control.Exception (bracket_)
import Control.Monad (filterM, forM_, void, when)
import Crypto.Hash (Digest, SHA256, hash)
import Data.ByteString (ByteString)
import Data.FileEmbed (embedDir)
import Data.List (sortOn)
import Data.Text (Text)
import Data.Text qualified as Text
import Database.PostgreSQL.Simple
import Database.PostgreSQL.Simple.Types (Query (..))
import Retail.Db.Transaction (Database, readAnywhere)
import System.FilePath (dropExtension)

data Migration = Migration {name :: Text, statements :: ByteString}

migrations :: [Migration]
migrations = sortOn name [Migration (Text.pack (dropExtension file)) bytes | (file, bytes) <- $(embedDir "migrations")]

-- | The names of those that were applied now. Several may try at once: one does it. Fails if an applied file was
-- changed.
migrate :: Connection -> [Migration] -> IO [Text]
migrate connection known = bracket_ lock unlock $ do
  void (execute_ connection "set client_min_messages = warning")
  void (execute_ connection "create table if not exists migration (name text primary key, checksum text not null, at timestamptz not null default now())")
  pending <- filterM isPending known
  forM_ pending $ \Migration {..} -> withTransaction connection $ do
    void (execute_ connection (Query statements))
    void (execute connection "insert into migration (name, checksum) values (?, ?)" (name, checksum statements))
  void (execute_ connection "grant select on migration to retail_app")
  pure [name | Migration {name} <- pending]
  where
    lock = void (query_ connection "select pg_advisory_lock(7221964)::text" :: IO [Only Text])
    unlock = void (query_ connection "select pg_advisory_unlock(7221964)" :: IO [Only Bool])
    isPending Migration {..} = do
      applied <- query connection "select checksum from migration where name = ?" [name]
      when (any ((/= checksum statements) . fromOnly) applied) $
        ioError (userError (Text.unpack name <> ": this migration was changed after it was applied"))
      pure (null applied)

checksum :: ByteString -> Text
checksum bytes = Text.pack (show (hash bytes :: Digest SHA256))

-- | Whether the database has everything that this version needs. It may have more: the next version's.
appliedAll :: Database -> IO Bool
appliedAll database = do
  applied <- readAnywhere database "select name from migration where name in ?" (Only (In [name | Migration {name} <- migrations]))
  pure (length (applied :: [Only Text]) == length migrations)
